"""Training of Shorthand's default bundle: corpus, tokenizer, decoder, compressor, evaluation, export."""
