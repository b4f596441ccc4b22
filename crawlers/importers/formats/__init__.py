"""One module per export format, each with a FORMAT. A new file here is a new format, nothing else to edit."""
