/// The smallest guest there is: an initramfs whose only program says a marker on the console and restarts the machine.
///
/// The program is written here as a static x86-64 executable, so that the proof needs no other file than a kernel.
enum ProofGuest {
    /// What the guest says once its kernel has reached user space.
    static let marker = "skein-proof-of-life"

    /// `panic=-1`: a kernel that cannot start the program restarts at once, which ends QEMU.
    static let commandLine = "console=ttyS0 quiet panic=-1 no_timer_check rdinit=/init"

    static func initramfs() -> [UInt8] {
        var archive = CpioArchive()
        archive.addDirectory("dev")
        archive.addCharacterDevice("dev/console", major: 5, minor: 1)
        archive.addFile("init", mode: 0o755, content: program())
        return archive.finished()
    }

    /// An ELF header, one loaded segment, the code, then the text it writes.
    private static func program() -> [UInt8] {
        let headerBytes = 64 + 56
        let address: UInt64 = 0x40_0000
        let text = Array("\(marker)\n".utf8)
        let code = code(textBytes: UInt32(text.count))
        let total = UInt64(headerBytes + code.count + text.count)

        var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9)
        append(UInt16(2), to: &file)  // an executable
        append(UInt16(62), to: &file)  // for x86-64
        append(UInt32(1), to: &file)
        append(address + UInt64(headerBytes), to: &file)  // where it starts
        append(UInt64(64), to: &file)  // where the segment table is
        append(UInt64(0), to: &file)
        append(UInt32(0), to: &file)
        for field in [UInt16(64), 56, 1, 64, 0, 0] { append(field, to: &file) }

        append(UInt32(1), to: &file)  // loaded
        append(UInt32(5), to: &file)  // readable and executable
        for field in [UInt64(0), address, address, total, total, 0x1000] { append(field, to: &file) }
        return file + code + text
    }

    /// `write(1, text, length); reboot(…, RESTART); for (;;);` with the text right behind the code.
    private static func code(textBytes: UInt32) -> [UInt8] {
        var code: [UInt8] = []
        code += [0xB8, 1, 0, 0, 0]  // mov eax, write
        code += [0xBF, 1, 0, 0, 0]  // mov edi, standard output
        code += [0x48, 0x8D, 0x35]  // lea rsi, [rip + distance to the text]
        let distanceAt = code.count
        append(UInt32(0), to: &code)
        code += [0xBA]  // mov edx, length
        append(textBytes, to: &code)
        code += [0x0F, 0x05]  // syscall
        code += [0xB8, 169, 0, 0, 0]  // mov eax, reboot
        code += [0xBF, 0xAD, 0xDE, 0xE1, 0xFE]  // mov edi, first magic number
        code += [0xBE, 0x69, 0x19, 0x12, 0x28]  // mov esi, second magic number
        code += [0xBA, 0x67, 0x45, 0x23, 0x01]  // mov edx, restart
        code += [0x0F, 0x05]  // syscall
        code += [0xEB, 0xFE]  // jmp to itself
        var distance: [UInt8] = []
        append(UInt32(code.count - distanceAt - 4), to: &distance)
        code.replaceSubrange(distanceAt..<distanceAt + 4, with: distance)
        return code
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
