//! What platforms encrypt with: AES-256 in CBC mode. The signature is checked before anything is decrypted, and whatever is wrong afterwards
//! is one and the same error.

use aes::Aes256;
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use cbc::{Decryptor, Encryptor};

/// The length of a block, and of what begins the first one.
const BLOCK: usize = 16;

/// The text of a cipher, without its padding of at most `most` bytes.
pub(super) fn decrypt(
    key: &[u8; 32],
    iv: &[u8; BLOCK],
    cipher: &[u8],
    most: u8,
) -> Option<Vec<u8>> {
    if cipher.is_empty() || !cipher.len().is_multiple_of(BLOCK) {
        return None;
    }
    let mut text = cipher.to_vec();
    let mut mode = Decryptor::<Aes256>::new(key.into(), iv.into());
    for block in text.chunks_exact_mut(BLOCK) {
        mode.decrypt_block(block.try_into().ok()?);
    }
    let pad = *text.last()?;
    let length = text.len().checked_sub(usize::from(pad))?;
    let is_padded = (1..=most).contains(&pad) && text[length..].iter().all(|byte| *byte == pad);
    text.truncate(length);
    is_padded.then_some(text)
}

/// The cipher of a text, which is padded to whole pieces of `piece` bytes.
pub(super) fn encrypt(key: &[u8; 32], iv: &[u8; BLOCK], text: &[u8], piece: u8) -> Vec<u8> {
    let whole = usize::from(piece);
    let pad = whole - text.len() % whole;
    let mut cipher = text.to_vec();
    cipher.resize(text.len() + pad, u8::try_from(pad).unwrap_or(piece));
    let mut mode = Encryptor::<Aes256>::new(key.into(), iv.into());
    for block in cipher.chunks_exact_mut(BLOCK) {
        if let Ok(block) = block.try_into() {
            mode.encrypt_block(block);
        }
    }
    cipher
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_encrypted_is_decrypted_and_a_changed_padding_is_not(text in prop::collection::vec(any::<u8>(), 0..200), key: [u8; 32], iv: [u8; 16]) {
            for piece in [16, 32] {
                let cipher = encrypt(&key, &iv, &text, piece);
                prop_assert_eq!(cipher.len() % usize::from(piece), 0);
                prop_assert_eq!(decrypt(&key, &iv, &cipher, piece), Some(text.clone()));
                prop_assert_eq!(decrypt(&key, &iv, &cipher[..cipher.len() - 1], piece), None);
            }
        }
    }

    #[test]
    fn a_cipher_is_that_of_the_published_vector() {
        // NIST SP 800-38A, F.2.5, the first block.
        let bytes = |hex: &str| -> Vec<u8> {
            let pairs = hex.as_bytes().chunks(2);
            pairs
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect()
        };
        let key = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let iv = bytes("000102030405060708090a0b0c0d0e0f");
        let text = bytes("6bc1bee22e409f96e93d7e117393172a");
        let cipher = encrypt(&key.try_into().unwrap(), &iv.try_into().unwrap(), &text, 16);
        assert_eq!(cipher[..16], bytes("f58c4c04d6e5f1ba779eabfb5f7bfbd6"));
    }
}
