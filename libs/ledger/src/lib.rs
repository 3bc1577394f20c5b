//! A tamper-evident log: Merkle tree in tiles, signed checkpoints, proofs, verification.
