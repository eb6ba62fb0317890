"""Web push: messages that reach a person's phone while no page of ours is open."""
