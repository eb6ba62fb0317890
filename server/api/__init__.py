"""REST under /api/v1: each operation is declared once; routes, decoding and OpenAPI follow from it."""
