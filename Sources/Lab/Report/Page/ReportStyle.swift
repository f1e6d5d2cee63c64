/// The look of report pages: one style sheet, with the colours of light, dark and paper.
///
/// The seven colours of tools stay apart for colour-blind readers; darkness alone (q0 to q10) says how much.
enum ReportStyle {
    /// Units of a drawing across the page.
    static let width = 1040.0
    private static let colours = 7

    /// The class number of a tool's colour.
    static func colour(_ index: Int) -> Int { index % colours }

    static let sheet: StaticString = """
        :root{color-scheme:light dark;--bg:#fbfaf8;--panel:#fff;--ink:#1b1f24;--soft:#59626d;--rule:#e3e2de;
        --grid:#ecebe7;--axis:#a8adb3;--warn:#fdf3e1;--warnrule:#dfa23a;
        --c0:#0b63b0;--c1:#c8501a;--c2:#17805f;--c3:#a04a8b;--c4:#a87400;--c5:#1f8fb3;--c6:#767d86;
        --q0:#eff3f7;--q1:#deeaf4;--q2:#cadeee;--q3:#b3cfe7;--q4:#98bfdf;--q5:#7aaed6;--q6:#5492c4;--q7:#3a7fb5;
        --q8:#2569a0;--q9:#155089;--q10:#0a3a6c;--on:#1b1f24;--onfull:#fff}
        @media (prefers-color-scheme:dark){:root{--bg:#121518;--panel:#1a1e22;--ink:#e7eaed;--soft:#9da6b0;
        --rule:#2c3238;--grid:#272c32;--axis:#59626c;--warn:#2e2617;--warnrule:#a97c2c;
        --c0:#5aaef5;--c1:#ef8354;--c2:#43bd96;--c3:#d28ac2;--c4:#dcae45;--c5:#62c6e6;--c6:#98a1ab;
        --q0:#222830;--q1:#233445;--q2:#254158;--q3:#284f6d;--q4:#2b5e84;--q5:#316f9c;--q6:#4f95c8;--q7:#67a9d8;
        --q8:#86bfe6;--q9:#a8d4f1;--q10:#cfe8fa;--on:#e7eaed;--onfull:#0c1116}}
        @media print{:root{color-scheme:light;--bg:#fff;--panel:#fff;--ink:#111;--soft:#505861;--rule:#d8d8d5;
        --grid:#e6e6e3;--axis:#8d9399;--c0:#0b63b0;--c1:#c8501a;--c2:#17805f;--c3:#a04a8b;--c4:#a87400;--c5:#1f8fb3;
        --c6:#767d86;--q0:#eff3f7;--q1:#deeaf4;--q2:#cadeee;--q3:#b3cfe7;--q4:#98bfdf;--q5:#7aaed6;--q6:#5492c4;
        --q7:#3a7fb5;--q8:#2569a0;--q9:#155089;--q10:#0a3a6c;--on:#1b1f24;--onfull:#fff;--warn:#fff}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}body{font-size:12px}
        main{max-width:none;padding:0}section{break-inside:avoid}h2{break-after:avoid}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--bg);color:var(--ink);
        font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",sans-serif}
        main{max-width:1136px;margin:0 auto;padding:44px 48px 64px}
        h1{font-size:29px;line-height:1.2;font-weight:650;letter-spacing:-.012em;margin:0 0 8px;overflow-wrap:anywhere}
        h2{font-size:18px;line-height:1.3;font-weight:650;margin:0 0 2px;letter-spacing:-.005em}
        h3{font-size:15px;font-weight:650;margin:22px 0 6px}
        p{margin:0 0 10px;max-width:78ch;overflow-wrap:anywhere}.lead{font-size:16px}.soft,.say{color:var(--soft)}
        .say{font-size:14px;margin-bottom:16px}
        section{margin-top:46px}figure{margin:0;overflow-x:auto}
        svg{display:block;width:100%;min-width:760px;height:auto;overflow:visible;font-family:inherit}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));margin-top:28px;
        background:var(--panel);border:1px solid var(--rule);border-radius:8px;overflow:hidden}
        .tile{padding:16px 18px 14px;box-shadow:0 0 0 .5px var(--rule)}
        .tile b{display:block;font-size:25px;line-height:1.25;font-weight:640;letter-spacing:-.01em;
        font-variant-numeric:tabular-nums}.tile.main b{color:var(--c0)}.tile.bad b{color:var(--c1)}
        .tile span{display:block;color:var(--soft);font-size:13px;line-height:1.45}.tile .name{font-size:13px;color:var(--ink)}
        .warnings{margin:24px 0 0;padding:12px 18px;background:var(--warn);border-left:3px solid var(--warnrule);
        border-radius:4px;font-size:14px}.warnings ul{margin:0;padding-left:18px}.warnings li{overflow-wrap:anywhere}
        .table{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.4}
        th{font-weight:500;color:var(--soft);font-size:13px;text-align:left;vertical-align:bottom}
        th,td{padding:6px 14px 6px 0;border-bottom:1px solid var(--rule)}th:last-child,td:last-child{padding-right:0}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}td{overflow-wrap:anywhere}
        tr.main td{font-weight:620}td code{font-size:12px}.swatch{display:inline-block;width:10px;height:10px;border-radius:2px;
        margin-right:8px}
        details{margin-top:14px}summary{cursor:pointer;color:var(--c0);font-size:14px;width:fit-content}
        details[open]>summary{margin-bottom:12px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 22px;margin:0;font-size:14px}dt{color:var(--soft)}
        dd{margin:0;overflow-wrap:anywhere}
        footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--rule);color:var(--soft);font-size:13px}
        text{fill:var(--ink);font-size:13px;font-variant-numeric:tabular-nums}
        text.note,text.tick{fill:var(--soft);font-size:12px}text.small{font-size:12px}text.note.small{font-size:11px}
        text.tiny{font-size:8px;fill:var(--soft)}text.value{font-weight:600}text.value.small{font-weight:600}
        text.strong{font-weight:650;font-size:14px}text.flag{font-weight:550}text.flag.note{font-size:13px;font-weight:400}
        text.cell{font-size:10.5px;fill:var(--on)}text.cell.full{fill:var(--onfull)}text.onbar{font-size:10px;fill:var(--bg)}
        .grid{stroke:var(--grid);stroke-width:1}.axis{stroke:var(--axis);stroke-width:1}
        .bound{stroke:var(--ink);stroke-width:1.3;stroke-dasharray:5 4;fill:none}
        .stem{stroke:var(--axis);stroke-width:1;stroke-dasharray:1.5 2.5}
        .bracket{stroke:var(--axis);stroke-width:1.5}.dot{fill:var(--soft)}.field{fill:var(--q0)}
        .curve{fill:none;stroke-width:1.8;stroke-linejoin:round}.curve.line0{stroke-width:2.8}.curve.thin{stroke-width:1.4}
        .curve.bound{stroke-width:1.3}.arc{fill:none;stroke-linecap:butt}.arc.key{stroke-width:3}
        .line0{stroke:var(--c0)}.line1{stroke:var(--c1)}.line2{stroke:var(--c2)}.line3{stroke:var(--c3)}
        .line4{stroke:var(--c4)}.line5{stroke:var(--c5)}.line6{stroke:var(--c6)}
        .fill0{fill:var(--c0)}.fill1{fill:var(--c1)}.fill2{fill:var(--c2)}.fill3{fill:var(--c3)}.fill4{fill:var(--c4)}
        .fill5{fill:var(--c5)}.fill6{fill:var(--c6)}
        text.text0{fill:var(--c0)}text.text1{fill:var(--c1)}text.text2{fill:var(--c2)}text.text3{fill:var(--c3)}
        text.text4{fill:var(--c4)}text.text5{fill:var(--c5)}text.text6{fill:var(--c6)}
        .back0{background:var(--c0)}.back1{background:var(--c1)}.back2{background:var(--c2)}.back3{background:var(--c3)}
        .back4{background:var(--c4)}.back5{background:var(--c5)}.back6{background:var(--c6)}
        .q0{fill:var(--q0)}.q1{fill:var(--q1)}.q2{fill:var(--q2)}.q3{fill:var(--q3)}.q4{fill:var(--q4)}.q5{fill:var(--q5)}
        .q6{fill:var(--q6)}.q7{fill:var(--q7)}.q8{fill:var(--q8)}.q9{fill:var(--q9)}.q10{fill:var(--q10)}
        .qn{fill:none;stroke:var(--axis);stroke-width:.8;stroke-dasharray:2 2}
        @media (max-width:720px){main{padding:24px 18px 40px}h1{font-size:24px}section{margin-top:36px}}
        """
}
