"""One file per kind of channel; its name is the kind."""
