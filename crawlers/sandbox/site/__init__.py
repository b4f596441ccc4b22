"""The sandbox's HTTP side: one file per wire format, the server, its access log, its refusals."""
