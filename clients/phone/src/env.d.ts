/** Names the shapes of the wire that this build knows. */
declare const __SHAPES__: string;
