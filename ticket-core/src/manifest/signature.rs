//! The manifest's envelope: the JSON text as it was signed, and the signature over exactly its
//! bytes.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{MANIFEST_VERSION, Manifest};

const CONTEXT: &[u8] = b"guichet-manifest-v1";

/// `payload` is the JSON of a [`Manifest`]; `signature` is base64 of Ed25519 over
/// `guichet-manifest-v1` ‖ payload bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedManifest {
    pub payload: String,
    pub signature: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestRefused {
    #[error("the manifest's signature does not hold")]
    WrongSignature,
    #[error("the manifest is of another version")]
    UnknownVersion,
    #[error("the manifest cannot be read")]
    Unreadable,
}

/// The platform's key for manifests, apart from the events' keys. Wiped when dropped.
pub struct ManifestSigner(SigningKey);

impl fmt::Debug for ManifestSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManifestSigner(secret)")
    }
}

impl ManifestSigner {
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        Self(SigningKey::generate(rng))
    }

    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// For sealing at rest only.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub fn verifier(&self) -> ManifestVerifier {
        ManifestVerifier(self.0.verifying_key())
    }

    pub fn sign(&self, manifest: &Manifest) -> Result<SignedManifest, ManifestRefused> {
        let payload = serde_json::to_string(manifest).map_err(|_| ManifestRefused::Unreadable)?;
        let signature = STANDARD.encode(self.0.sign(&message(&payload)).to_bytes());
        Ok(SignedManifest { payload, signature })
    }
}

/// What gates are given once, at their enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestVerifier(VerifyingKey);

impl ManifestVerifier {
    /// `None` for bytes that are no point of the curve.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().map(Self)
    }

    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Verifies before anything of the payload is read.
    pub fn open(&self, signed: &SignedManifest) -> Result<Manifest, ManifestRefused> {
        let signature = STANDARD.decode(&signed.signature).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signature = signature.ok_or(ManifestRefused::WrongSignature)?;
        self.0
            .verify_strict(&message(&signed.payload), &signature)
            .map_err(|_| ManifestRefused::WrongSignature)?;
        let manifest: Manifest =
            serde_json::from_str(&signed.payload).map_err(|_| ManifestRefused::Unreadable)?;
        if manifest.version == MANIFEST_VERSION {
            Ok(manifest)
        } else {
            Err(ManifestRefused::UnknownVersion)
        }
    }
}

fn message(payload: &str) -> Vec<u8> {
    [CONTEXT, payload.as_bytes()].concat()
}
