"""Work that nobody waits for: what the clock says, done once by whichever process is up."""
