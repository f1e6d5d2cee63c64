import Peer

/// Images as `skein image ls` and the end of a build show them.
enum ImageTable {
    static func print(_ images: [ImageRow]) {
        var table = TextTable([
            .init(title: "IMAGE"), .init(title: "NAME"), .init(title: "VERSION", isNumeric: true),
            .init(title: "DISK", isNumeric: true), .init(title: "STORED", isNumeric: true),
            .init(title: "CHUNKS", isNumeric: true), .init(title: "HELD", isNumeric: true),
            .init(title: "CREATED (UTC)"), .init(title: "PARENT"),
        ])
        for image in images {
            table.add([
                String(image.image.prefix(12)), image.name, "\(image.version)", Figures.bytes(image.diskBytes),
                Figures.bytes(image.storedBytes), "\(image.chunks)",
                Figures.percent(Int64(image.chunksHeld), of: Int64(image.chunks)),
                Figures.date(unixSeconds: image.created), String((image.parent ?? "").prefix(12)),
            ])
        }
        table.print()
    }
}
