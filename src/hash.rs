//! SHA-256: by it files are recognised, and ids enter addresses.

use sha2::Digest as _;
use sha2::Sha256;

/// The SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The SHA-256 of `bytes` in hexadecimal, 64 small digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// The SHA-256 of bytes that come one after the other, and how many there are.
#[derive(Debug, Clone, Default)]
pub struct Digest {
    state: Sha256,
    bytes: u64,
}

impl Digest {
    /// Adds the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.state.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    /// Of all bytes so far, in hexadecimal, 64 small digits.
    pub fn hex(&self) -> String {
        hex(&self.state.clone().finalize())
    }

    /// How many bytes there are so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first example of FIPS 180-2, appendix B.
    #[test]
    fn the_digest_of_abc_is_that_of_the_standard() {
        let standard = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(b"abc"), standard);
        let mut digest = Digest::default();
        b"abc".chunks(2).for_each(|part| digest.add(part));
        assert_eq!((digest.hex().as_str(), digest.bytes()), (standard, 3));
    }
}
