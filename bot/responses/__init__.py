"""The Responses API over HTTP and SSE: payload out, events in. Knows nothing of Discord or of the database."""
