/// The one style sheet of all pages.
package enum PageStyle {
    /// Colours of series are those of Okabe and Ito (Color Universal Design, 2008), which people of every colour vision tell
    /// apart; the dark page has lighter ones of the same hues.
    package static let sheet: StaticString = """

        :root { color-scheme: light dark;
          --page: #ffffff; --panel: #f5f6f8; --ink: #1b1f24; --soft: #57606a; --edge: #d0d7de; --accent: #0550ae;
          --good: #116329; --bad: #b3261e; --warning: #7d4e00; --undefined: #57606a;
          --c1: #0072b2; --c2: #c45500; --c3: #008060; --c4: #a8558a; --c5: #8a6d00; --c6: #2f86c0; --c7: #4d4d4d; --c8: #7a3b00; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #14171c; --panel: #1d2127; --ink: #e6e9ed; --soft: #a2abb6; --edge: #3a414a; --accent: #79b8ff;
          --good: #6fd08c; --bad: #ff8a80; --warning: #f0b95b; --undefined: #a2abb6;
          --c1: #56b4e9; --c2: #f2994a; --c3: #34c79a; --c4: #e39acb; --c5: #e8d44d; --c6: #9ad0f5; --c7: #c4cad1; --c8: #d9a066; } }
        @media print { :root {
          --page: #ffffff; --panel: #ffffff; --ink: #000000; --soft: #444444; --edge: #999999; --accent: #000000;
          --good: #0b4a1d; --bad: #8c1d18; --warning: #5c3a00; --undefined: #444444;
          --c1: #0072b2; --c2: #c45500; --c3: #008060; --c4: #a8558a; --c5: #8a6d00; --c6: #2f86c0; --c7: #4d4d4d; --c8: #7a3b00; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 64rem; background: var(--page); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
        h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
        h2 { font-size: 1.25rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--edge); }
        h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
        p, ul { max-width: 46rem; }
        .lead { font-size: 1.1rem; color: var(--soft); margin: 0 0 1rem; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        code, pre, div.quotation { font-family: ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", monospace; font-size: .875em; }
        code { background: var(--panel); padding: .1em .35em; border-radius: .25rem; overflow-wrap: break-word; unicode-bidi: isolate; }
        small { color: var(--soft); font-size: .85em; font-weight: normal; }
        nav { margin: 1.25rem 0 0; font-size: .95rem; }
        nav ol { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; }
        dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .5rem 1.5rem; margin: 1rem 0 0;
          padding: .85rem 1rem; background: var(--panel); border-radius: .5rem; font-size: .9rem; }
        dl.facts dt { color: var(--soft); }
        dl.facts dd { margin: 0; overflow-wrap: anywhere; } dl.facts code { padding: 0; }
        dl.key { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; }
        dl.key .figure { flex: 1 1 10rem; max-width: 20rem; padding: .75rem 1rem; background: var(--panel); border-radius: .5rem;
          border-left: .3rem solid var(--edge); }
        dl.key .good { border-left-color: var(--good); } dl.key .bad { border-left-color: var(--bad); }
        dl.key .warning { border-left-color: var(--warning); }
        dl.key dt { color: var(--soft); font-size: .9rem; }
        dl.key dd { margin: 0; }
        dl.key dd strong { display: block; font-size: 1.5rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
        ul.checks { list-style: none; padding: 0; max-width: none; }
        ul.checks li { padding: .4rem .75rem; margin: .35rem 0; background: var(--panel); border-radius: .35rem;
          border-left: .3rem solid var(--edge); }
        ul.checks .good { border-left-color: var(--good); } ul.checks .bad { border-left-color: var(--bad); }
        .tone { font-weight: 600; white-space: nowrap; } .sign { margin-right: .35em; font-weight: 700; }
        .tone.good, .note.good .sign { color: var(--good); } .tone.bad, .note.bad .sign { color: var(--bad); }
        .tone.warning, .note.warning .sign { color: var(--warning); } .tone.undefined, .note.undefined .sign { color: var(--undefined); }
        ul.checks .tone { display: inline-block; min-width: 6.75rem; }
        .note { padding: .6rem .9rem; background: var(--panel); border-radius: .35rem; border-left: .3rem solid var(--undefined); }
        .note.good { border-left-color: var(--good); } .note.bad { border-left-color: var(--bad); }
        .note.warning { border-left-color: var(--warning); }
        .scroll { overflow-x: auto; margin: .5rem 0 1rem; }
        table { border-collapse: collapse; font-size: .92rem; min-width: 24rem; }
        caption { text-align: left; color: var(--soft); padding: 0 0 .4rem; }
        th, td { padding: .35rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--edge); overflow-wrap: break-word; }
        th:first-child, td:first-child { padding-left: .25rem; }
        thead th { border-bottom: 2px solid var(--edge); color: var(--soft); font-weight: 600; vertical-align: bottom; }
        tbody th { font-weight: 500; unicode-bidi: isolate; }
        .number { text-align: right; font-variant-numeric: tabular-nums; }
        td.number, td.number small { white-space: nowrap; } td.number small { display: block; }
        div.quotation, figure.quotation pre { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
        div.quotation { min-width: 14rem; max-width: 32rem; }
        figure { margin: 1.25rem 0; }
        figure.quotation figcaption { color: var(--soft); font-size: .9rem; }
        figure.quotation pre { margin: .25rem 0 0; padding: .75rem 1rem; background: var(--panel); border-radius: .35rem; max-height: 24rem; overflow: auto; }
        figure.plot figcaption { max-width: 46rem; } figure.plot figcaption span { color: var(--soft); }
        details { margin: .5rem 0 1rem; } summary { cursor: pointer; color: var(--accent); } details.figures { font-size: .9rem; }
        footer { margin-top: 3rem; color: var(--soft); font-size: .9rem; border-top: 1px solid var(--edge); }
        svg.plot { display: block; width: 100%; min-width: 34rem; max-width: 48rem; height: auto; }
        svg text { font-size: 12px; fill: var(--ink); font-family: system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
        svg .tick { fill: var(--soft); font-variant-numeric: tabular-nums; }
        svg .halo { paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
        svg .grid { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 1 3; } svg .axis { stroke: var(--soft); stroke-width: 1; }
        svg .reference { stroke: var(--ink); stroke-width: 1.25; stroke-dasharray: 6 4; } svg .whisker { stroke: var(--ink); stroke-width: 1.25; }
        svg .s1 { --series: var(--c1); } svg .s2 { --series: var(--c2); } svg .s3 { --series: var(--c3); } svg .s4 { --series: var(--c4); }
        svg .s5 { --series: var(--c5); } svg .s6 { --series: var(--c6); } svg .s7 { --series: var(--c7); } svg .s8 { --series: var(--c8); }
        svg .line { fill: none; stroke: var(--series); stroke-width: 2; stroke-linejoin: round; }
        svg .line.s2 { stroke-dasharray: 8 4; } svg .line.s3 { stroke-dasharray: 2 3; } svg .line.s4 { stroke-dasharray: 10 3 2 3; }
        svg .line.s5 { stroke-dasharray: 14 4; } svg .line.s6 { stroke-dasharray: 4 2; } svg .line.s7 { stroke-dasharray: 6 2 1 2 1 2; }
        svg .line.s8 { stroke-dasharray: 1 4; stroke-width: 3; }
        svg .mark { fill: var(--series); stroke: var(--page); stroke-width: 1; fill-opacity: .85; }
        svg .mark.hollow { fill: var(--page); stroke: var(--series); stroke-width: 2; }
        svg .band { fill: var(--series); fill-opacity: .16; stroke: none; }
        svg .bar { fill: var(--series); fill-opacity: .75; stroke: var(--series); stroke-width: 1; }
        svg .bar.s2 { fill-opacity: .25; stroke-width: 1.5; } svg .bar.s3 { fill-opacity: .5; stroke-dasharray: 4 2; }
        svg .bar.s4 { fill-opacity: .1; stroke-dasharray: 2 2; }
        svg .cell { fill: var(--series); stroke: var(--edge); stroke-width: 1; } svg .cell.empty { fill: none; stroke-dasharray: 3 3; }
        @media print { body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; } h2 { break-after: avoid; }
          figure, tr, .checks li { break-inside: avoid; } .scroll, figure.quotation pre { overflow: visible; max-height: none; }
          details::details-content { content-visibility: visible; block-size: auto; } svg.plot { max-width: 16cm; min-width: 0; } }

        """
}
