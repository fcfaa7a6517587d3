"""The district over HTTP for the centres: exact bytes in, signed answers out."""
