//! Ranges and indices on figures whose distribution over judgements is known.
