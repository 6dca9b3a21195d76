"""Read W3C Web Annotations in JSON-LD."""
