"""Which brand a post names, whose voice it is, where it comes from: Post in, Mention out."""
