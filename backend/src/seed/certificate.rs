//! The certificate that the instance's peers show in DTLS: made once, kept in the data folder.
//!
//! Its fingerprint stands in every answer, so nobody needs to know it beforehand; it is kept so that an instance stays
//! recognisable over restarts, and told beside the tracker, so that viewers know which of their peers it is. The file holds the private key and is readable by its owner alone.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use shared::id::Digest;
use str0m::config::DtlsCert;
use str0m::crypto::CryptoProvider;

use crate::files::disk;

/// Labels of RFC 7468.
const CERTIFICATE: &str = "CERTIFICATE";
const PRIVATE_KEY: &str = "PRIVATE KEY";
/// Bytes of a line of PEM, before base 64.
const LINE_BYTES: usize = 48;

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The disk failed.
    #[error("the certificate for peers could not be kept")]
    Disk(#[from] io::Error),
    /// The file holds something else.
    #[error("{0} does not hold a certificate and its key; without the file a new pair is made")]
    Damaged(String),
    /// None could be made.
    #[error("no certificate for peers could be made")]
    Make,
}

/// The ciphers of all our connections.
#[must_use]
pub fn crypto() -> CryptoProvider {
    str0m::crypto::from_feature_flags()
}

/// The certificate in this file, made and written where there is none.
///
/// # Errors
/// [`CertificateError`].
pub fn of(path: &Path, crypto: &CryptoProvider) -> Result<DtlsCert, CertificateError> {
    match fs::read_to_string(path) {
        Ok(text) => read(&text).ok_or_else(|| CertificateError::Damaged(path.display().to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let made = crypto.dtls_provider.generate_certificate().ok_or(CertificateError::Make)?;
            keep(path, &made)?;
            Ok(made)
        }
        Err(error) => Err(error.into()),
    }
}

/// What SDP calls the fingerprint of a certificate (RFC 8122 §5): SHA-256 of its DER.
#[must_use]
pub fn face(certificate: &DtlsCert) -> Digest {
    Digest(Sha256::digest(&certificate.certificate).into())
}

fn keep(path: &Path, certificate: &DtlsCert) -> io::Result<()> {
    let scratch = path.with_extension("new");
    disk::remove_if_there(&scratch)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&scratch)?;
    file.write_all(write(certificate).as_bytes())?;
    file.sync_all()?;
    disk::rename_durably(&scratch, path)
}

fn write(certificate: &DtlsCert) -> String {
    let mut text = String::new();
    for (label, bytes) in [(CERTIFICATE, &certificate.certificate), (PRIVATE_KEY, &certificate.private_key)] {
        text.push_str(&format!("-----BEGIN {label}-----\n"));
        for line in bytes.chunks(LINE_BYTES) {
            text.push_str(&BASE64_STANDARD.encode(line));
            text.push('\n');
        }
        text.push_str(&format!("-----END {label}-----\n"));
    }
    text
}

fn read(text: &str) -> Option<DtlsCert> {
    let block = |label: &str| {
        let (_, after) = text.split_once(&format!("-----BEGIN {label}-----"))?;
        let (inside, _) = after.split_once(&format!("-----END {label}-----"))?;
        let letters: String = inside.split_whitespace().collect();
        BASE64_STANDARD.decode(letters).ok().filter(|bytes| !bytes.is_empty())
    };
    Some(DtlsCert { certificate: block(CERTIFICATE)?, private_key: block(PRIVATE_KEY)? })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn it_is_made_once_and_nobody_else_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed.pem");
        let crypto = crypto();
        let made = of(&path, &crypto).unwrap();
        let again = of(&path, &crypto).unwrap();
        assert_eq!((&made.certificate, &made.private_key), (&again.certificate, &again.private_key));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn a_damaged_file_is_told_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed.pem");
        fs::write(&path, "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n").unwrap();
        let crypto = crypto();
        assert!(matches!(of(&path, &crypto), Err(CertificateError::Damaged(_))));
        assert!(fs::read_to_string(&path).unwrap().contains("!!"));
    }
}
