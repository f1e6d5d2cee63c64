/// The use of every link, by site and rack: two cells a link, what it sent above what it received.
struct LinkHeat {
    let links: [LinkBytes]
    let seconds: Double?

    private static let (labelWidth, trunkWidth, size) = (118.0, 62.0, 11.0)
    /// From this width on a cell has its figure in it.
    private static let roomyCell = 31.0

    private struct Rack {
        let name: String
        var uplink: LinkUse?
        var hosts: [LinkUse] = []
    }

    private struct Site {
        let name: String
        var wan: LinkUse?
        var racks: [Rack] = []
    }

    var markup: Markup {
        let sites = sites
        let racks = sites.flatMap(\.racks)
        let hasTrunks = sites.contains { $0.wan != nil } || racks.contains { $0.uplink != nil }
        let left = Self.labelWidth + (hasTrunks ? Self.trunkWidth + 12 : 0) + 18
        let area = ReportStyle.width - left
        let widest = Double(racks.map(\.hosts.count).max() ?? 1)
        let cell = min(50, max(18, (area / max(1, widest)).rounded(.down)))
        let perLine = Int(area / cell)
        let showsSites = sites.count > 1 || sites.contains { $0.wan != nil }

        var height = 34.0
        for site in sites {
            if showsSites { height += 46 }
            for rack in site.racks { height += Double(lines(rack, perLine)) * lineHeight(cell) + 10 }
        }
        var drawing = Drawing(height: height, label: "Use of every link, up and down")
        legend(&drawing, hasTrunks: hasTrunks, left: left)
        var y = 34.0
        for site in sites {
            if showsSites {
                drawing.name(
                    0, y + 20, site.name, within: Self.labelWidth - 6, size: 14, "strong")
                if let wan = site.wan { pair(wan, x: Self.labelWidth, y: y + 3, width: Self.trunkWidth, on: &drawing) }
                y += 46
            }
            for rack in site.racks {
                draw(rack, y: y, left: left, cell: cell, perLine: perLine, on: &drawing)
                y += Double(lines(rack, perLine)) * lineHeight(cell) + 10
            }
        }
        return drawing.markup
    }

    /// Links by place, in the order of the report.
    private var sites: [Site] {
        var sites: [Site] = []
        var shown = 0
        for link in links {
            let parts = link.link.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let use = LinkUse(link, seconds: seconds)
            let site = sites.lastIndex { $0.name == parts[0] } ?? sites.count
            if site == sites.count { sites.append(Site(name: parts[0])) }
            guard parts.count > 1 else {
                sites[site].wan = use
                continue
            }
            let rack = sites[site].racks.lastIndex { $0.name == parts[1] } ?? sites[site].racks.count
            if rack == sites[site].racks.count { sites[site].racks.append(Rack(name: parts[1])) }
            if parts.count == 2 {
                sites[site].racks[rack].uplink = use
            } else if shown < ReportLimits.heatLinks {
                sites[site].racks[rack].hosts.append(use)
                shown += 1
            }
        }
        return sites.filter { $0.wan != nil || $0.racks.contains { !$0.hosts.isEmpty || $0.uplink != nil } }
    }

    private func lines(_ rack: Rack, _ perLine: Int) -> Int { max(1, (rack.hosts.count + perLine - 1) / perLine) }

    private func lineHeight(_ cell: Double) -> Double { cell >= Self.roomyCell ? 50 : 36 }

    private func draw(
        _ rack: Rack, y: Double, left: Double, cell: Double, perLine: Int, on drawing: inout Drawing
    ) {
        let isRoomy = cell >= Self.roomyCell
        let head = isRoomy ? 14.0 : 0
        drawing.name(0, y + head + 14, rack.name, within: Self.labelWidth - 6, size: 13, "label")
        if let uplink = rack.uplink {
            pair(uplink, x: Self.labelWidth, y: y + head, width: Self.trunkWidth, on: &drawing)
        }
        for start in stride(from: 0, to: rack.hosts.count, by: perLine) {
            let part = rack.hosts[start..<min(start + perLine, rack.hosts.count)]
            let top = y + Double(start / perLine) * lineHeight(cell) + head
            drawing.text(left - 5, top + 11.5, "▲", "tiny", .end)
            drawing.text(left - 5, top + 26.5, "▼", "tiny", .end)
            if !isRoomy, rack.hosts.count > perLine, let first = part.first, let last = part.last {
                let range = "\(Self.own(first)) – \(Self.own(last))"
                if rack.uplink == nil || start > 0 {
                    drawing.name(
                        0, top + 28, range, within: Self.labelWidth - 6, size: Self.size, "note small")
                }
            }
            for (place, host) in part.enumerated() {
                let x = left + Double(place) * cell
                if isRoomy {
                    drawing.name(
                        x + cell / 2 - 1, top - 4, Self.own(host), within: cell - 4, size: Self.size, "note small",
                        .middle, title: host.link.link)
                }
                pair(host, x: x, y: top, width: cell - 2, on: &drawing)
            }
        }
    }

    private static func own(_ host: LinkUse) -> String {
        host.link.link.split(separator: "/").last.map(String.init) ?? host.link.link
    }

    private func pair(_ use: LinkUse, x: Double, y: Double, width: Double, on drawing: inout Drawing) {
        cell(use.up, use, x: x, y: y, width: width, on: &drawing)
        cell(use.down, use, x: x, y: y + 15, width: width, on: &drawing)
    }

    private func cell(
        _ share: Double?, _ use: LinkUse, x: Double, y: Double, width: Double, on drawing: inout Drawing
    ) {
        let level = share.map { Int((min(max($0, 0), 1) * 10).rounded()) }
        drawing.rectangle(x, y, width, 14, level.map { "q\($0)" } ?? "qn", radius: 1.5, title: use.sentence)
        guard width >= Self.roomyCell - 2, let share, let level else { return }
        drawing.text(
            x + width / 2, y + 10.8, Fixed.text(share * 100, 0), level >= 6 ? "cell full" : "cell", .middle)
    }

    private func legend(_ drawing: inout Drawing, hasTrunks: Bool, left: Double) {
        if hasTrunks { drawing.text(Self.labelWidth, 16, "uplink", "note") }
        drawing.text(left, 16, "hosts: ▲ sent above, ▼ received below", "note")
        let start = ReportStyle.width - 250
        drawing.text(start - 8, 16, "0 %", "note", .end)
        for level in 0...10 { drawing.rectangle(start + Double(level) * 16, 5, 15, 14, "q\(level)", radius: 1.5) }
        drawing.text(start + 184, 16, "100 %", "note")
    }
}
