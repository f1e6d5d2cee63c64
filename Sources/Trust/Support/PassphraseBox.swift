import Basics
import CSodium

/// Bytes under a passphrase: the Argon2id parameters and salt, then an XChaCha20-Poly1305 box.
enum PassphraseBox {
    private static let saltBytes = 16

    /// Nil when the memory that the strength asks for is not there.
    static func seal(
        _ bytes: [UInt8], passphrase: [UInt8], strength: PassphraseStrength, header: [UInt8]
    ) -> [UInt8]? {
        var writer = ByteWriter(capacity: bytes.count + 64)
        writer.write(strength.passes)
        writer.write(strength.memoryKibibytes)
        let salt = Sodium.randomBytes(saltBytes)
        writer.write(bytes: salt)
        guard let key = key(passphrase, salt: salt, strength: strength) else { return nil }
        return writer.bytes + key.seal(bytes, additional: header + writer.bytes)
    }

    static func open(_ box: [UInt8], passphrase: [UInt8], header: [UInt8]) throws(DecodeError) -> [UInt8] {
        var reader = ByteReader(box)
        let passes = try reader.readUInt32()
        guard let strength = PassphraseStrength(passes: passes, memoryKibibytes: try reader.readUInt32()) else {
            throw .outOfRange("passphrase strength")
        }
        let salt = try reader.readBytes(saltBytes)
        let parameters = box[..<reader.position]
        let sealed = try reader.readBytes(reader.remaining)
        guard sealed.count >= ImageKey.overheadBytes else { throw .truncated }
        guard let key = key(passphrase, salt: salt, strength: strength),
            let plain = key.open(sealed, additional: header + parameters)
        else { throw .notAuthentic }
        return plain
    }

    private static func key(_ passphrase: [UInt8], salt: [UInt8], strength: PassphraseStrength) -> ImageKey? {
        Sodium.start()
        var derived = [UInt8](repeating: 0, count: ImageKey.byteCount)
        defer { sodium_memzero(&derived, derived.count) }
        let text = passphrase.map { CChar(bitPattern: $0) }
        let status = crypto_pwhash(
            &derived, UInt64(derived.count), text, UInt64(text.count), salt, UInt64(strength.passes),
            Int(strength.memoryKibibytes) << 10, crypto_pwhash_ALG_ARGON2ID13)
        return status == 0 ? ImageKey(bytes: derived) : nil
    }
}
