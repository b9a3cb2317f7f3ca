//! Bytes as base64 text on the wire, for fixed-length keys and digests and for sealed bytes.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::credential::{EventVerifier, KeysDigest, SealingKey, ShortCodeDigest};

/// What has a text of bytes.
pub(super) trait Bytes: Sized {
    fn to_vec(&self) -> Vec<u8>;
    fn from_vec(bytes: Vec<u8>) -> Option<Self>;
}

impl Bytes for Vec<u8> {
    fn to_vec(&self) -> Vec<u8> {
        self.clone()
    }

    fn from_vec(bytes: Vec<u8>) -> Option<Self> {
        Some(bytes)
    }
}

impl Bytes for [u8; 32] {
    fn to_vec(&self) -> Vec<u8> {
        self.as_slice().to_vec()
    }

    fn from_vec(bytes: Vec<u8>) -> Option<Self> {
        bytes.try_into().ok()
    }
}

impl Bytes for KeysDigest {
    fn to_vec(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_vec(bytes: Vec<u8>) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_bytes)
    }
}

impl Bytes for ShortCodeDigest {
    fn to_vec(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_vec(bytes: Vec<u8>) -> Option<Self> {
        bytes.try_into().ok().map(Self::from_bytes)
    }
}

impl Bytes for SealingKey {
    fn to_vec(&self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }

    fn from_vec(bytes: Vec<u8>) -> Option<Self> {
        Self::from_slice(&bytes)
    }
}

impl Bytes for EventVerifier {
    fn to_vec(&self) -> Vec<u8> {
        self.to_bytes().to_vec()
    }

    fn from_vec(bytes: Vec<u8>) -> Option<Self> {
        Self::from_bytes(bytes.as_slice().try_into().ok()?)
    }
}

pub(super) fn serialize<T: Bytes, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD.encode(value.to_vec()))
}

pub(super) fn deserialize<'de, T: Bytes, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    parse(&String::deserialize(from)?)
}

fn parse<T: Bytes, E: Error>(text: &str) -> Result<T, E> {
    let bytes = STANDARD.decode(text).map_err(|_| E::custom("not base64"))?;
    T::from_vec(bytes).ok_or_else(|| E::custom("not as many bytes as expected"))
}

/// The same for what may be missing.
pub(super) mod option {
    use super::{Bytes, Deserialize, Deserializer, Engine, STANDARD, Serializer};

    #[expect(clippy::ref_option, reason = "the signature serde asks for")]
    pub(in super::super) fn serialize<T: Bytes, S: Serializer>(
        value: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => to.serialize_some(&STANDARD.encode(value.to_vec())),
            None => to.serialize_none(),
        }
    }

    pub(in super::super) fn deserialize<'de, T: Bytes, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| super::parse(&text))
            .transpose()
    }
}
