"""Words: canonical text, spans, and every place a quotation fits. Pure, no I/O."""
