import Hummingbird
import ReportPages

/// The style sheets and the script of the pages: all that a browser fetches, and all that it may run.
enum PageAssets {
    static let folder = "/pages/"
    static let sheetPath = folder + "report.css"
    static let furtherSheetPath = folder + "pages.css"
    static let scriptPath = folder + "pages.js"

    static func add(to router: Router<GatewayContext>) {
        router.get(RouterPath(sheetPath)) { _, _ in PageReply.asset(PageStyle.sheet, type: "text/css; charset=utf-8") }
        router.get(RouterPath(furtherSheetPath)) { _, _ in PageReply.asset(sheet, type: "text/css; charset=utf-8") }
        router.get(RouterPath(scriptPath)) { _, _ in
            PageReply.asset(script, type: "text/javascript; charset=utf-8")
        }
    }

    /// What pages have that reports have not: forms, keys, two columns.
    private static let sheet: StaticString = """
        body { max-width: 88rem; padding-top: 0; }
        .skip { position: absolute; left: -100rem; padding: .5rem 1rem; background: var(--page); }
        .skip:focus { left: 1rem; top: .5rem; z-index: 1; }
        main:focus { outline: none; }
        header.bar { display: flex; align-items: baseline; gap: 1.5rem; padding: .75rem 0; margin-bottom: 1.25rem;
          border-bottom: 1px solid var(--edge); }
        header.bar nav { margin: 0; }
        header.bar ul { display: flex; gap: 1.25rem; margin: 0; padding: 0; list-style: none; }
        header.bar a { text-decoration: none; padding: .25rem 0; }
        header.bar a[aria-current] { color: var(--ink); font-weight: 600; border-bottom: 2px solid var(--accent); }
        h1 { font-size: 1.5rem; }
        thead th { overflow-wrap: normal; }
        dl.facts + .columns { margin-top: 1.5rem; }
        .trail { margin: 0 0 .25rem; font-size: .9rem; }
        kbd { display: inline-block; min-width: 1.5em; padding: 0 .35em; text-align: center; font: .8em/1.5 ui-monospace,
          "SFMono-Regular", "DejaVu Sans Mono", monospace; color: var(--soft); background: var(--page);
          border: 1px solid var(--edge); border-bottom-width: 2px; border-radius: .25rem; }
        button, input, select, textarea { font: inherit; color: var(--ink); background: var(--page);
          border: 1px solid var(--soft); border-radius: .35rem; padding: .35rem .6rem; }
        button { cursor: pointer; background: var(--panel); }
        button.first, a.first { background: var(--accent); border-color: var(--accent); color: var(--page); font-weight: 600; }
        button kbd, a.first kbd { margin-left: .5em; }
        a.first { display: inline-block; padding: .4rem .9rem; border-radius: .35rem; text-decoration: none; }
        textarea { width: 100%; min-height: 3.5rem; resize: vertical; }
        .field { margin: .6rem 0; }
        .field label { display: inline-block; min-width: 9rem; }
        .field small { display: block; margin-left: 9.25rem; }
        .field input { width: 12rem; }
        .field select { max-width: 100%; }
        .field input[type=number] { width: 8rem; }
        .inline { display: inline-flex; flex-wrap: wrap; gap: .5rem; align-items: baseline; }
        .columns { display: grid; gap: 1.5rem 2rem; grid-template-columns: minmax(0, 1fr); }
        .texts h2, .questions h2 { margin-top: 0; border: 0; padding: 0; font-size: 1rem; color: var(--soft); }
        .words { margin: 0 0 1.5rem; padding: .85rem 1rem; background: var(--panel); border-radius: .5rem; white-space: pre-wrap;
          overflow-wrap: anywhere; unicode-bidi: isolate; font: inherit; }
        .words.completion { border-left: .3rem solid var(--accent); }
        .words .role { display: block; color: var(--soft); font-size: .85rem; font-weight: 600; }
        .words .message + .message { display: block; margin-top: .85rem; padding-top: .85rem; border-top: 1px solid var(--edge); }
        .progress { display: flex; align-items: center; gap: .75rem; margin: 0 0 1rem; color: var(--soft); }
        progress { flex: 0 1 20rem; height: .6rem; accent-color: var(--accent); }
        fieldset { margin: 0 0 .75rem; padding: .6rem .9rem .75rem; border: 1px solid var(--edge); border-left-width: .3rem;
          border-radius: .5rem; min-width: 0; }
        fieldset.current { border-color: var(--accent); background: var(--panel); }
        legend { padding: 0 .35rem; font-weight: 600; overflow-wrap: anywhere; }
        fieldset p { margin: 0 0 .5rem; }
        .choices { display: flex; flex-wrap: wrap; gap: .4rem 1.1rem; }
        .choices label { display: inline-flex; align-items: center; gap: .4rem; padding: .2rem .5rem .2rem .2rem;
          border-radius: .35rem; cursor: pointer; }
        .choices label:has(input:checked) { background: var(--accent); color: var(--page); }
        .choices label:focus-within { outline: 2px solid var(--accent); outline-offset: 2px; }
        .choices input { margin: 0 0 0 .2rem; accent-color: var(--page); }
        .actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: 1rem 0; }
        .help { color: var(--soft); font-size: .9rem; }
        .said { margin: 0 0 1rem; }
        .same { border-left-color: var(--good); } .differs { border-left-color: var(--bad); }
        fieldset.same, fieldset.differs { border-left-width: .3rem; }
        dl.pair { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .75rem; margin: .25rem 0 0; }
        dl.pair dt { color: var(--soft); } dl.pair dd { margin: 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
        .tiles { display: grid; gap: 0 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 36rem), 1fr)); }
        .tiles svg.plot { min-width: 0; }
        .windows { display: flex; flex-wrap: wrap; gap: .35rem 1rem; padding: 0; margin: 0 0 1rem; list-style: none; max-width: none; }
        .windows [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
        table.excerpts { min-width: 58rem; }
        .questions table { min-width: 0; width: 100%; }
        td.words, th.words { max-width: 28rem; background: none; padding: .35rem .75rem; border-radius: 0; margin: 0; }
        @media (min-width: 66rem) {
          .columns { grid-template-columns: minmax(0, 1fr) minmax(24rem, 32rem); }
          .questions { position: sticky; top: 1rem; align-self: start; max-height: calc(100vh - 2rem); overflow-y: auto; padding: 0 .25rem; }
        }
        """

    /// The keys. Everything works without: forms are sent by their buttons, links are followed.
    private static let script: StaticString = """
        "use strict";
        (() => {
          const mode = document.body.dataset.keys;
          if (!mode) return;
          const find = (selector) => document.querySelector(selector);
          const press = (selector) => { const found = find(selector); if (found) found.click(); };
          const isWriting = (target) => target.matches("textarea, select, input:not([type=radio])");
          const rows = [...document.querySelectorAll("fieldset.criterion")];
          const isOpen = (row) => !row.querySelector("input:checked");
          let current = Math.max(0, rows.findIndex(isOpen));
          const show = (index) => {
            if (rows.length === 0) return;
            current = Math.min(rows.length - 1, Math.max(0, index));
            rows.forEach((row, place) => row.classList.toggle("current", place === current));
            rows[current].scrollIntoView({ block: "nearest" });
          };
          const choose = (place) => {
            const choices = [...rows[current].querySelectorAll("input[type=radio]")];
            const chosen = choices.find((choice) => choice.dataset.key === place);
            if (!chosen) return;
            chosen.checked = true;
            chosen.focus();
            const next = rows.findIndex((row, index) => index > current && isOpen(row));
            const first = rows.findIndex(isOpen);
            show(next >= 0 ? next : first >= 0 ? first : current);
          };
          if (mode === "answer") {
            rows.forEach((row, index) => row.addEventListener("focusin", (event) => {
              if (!event.target.checked) show(index);
            }));
            show(current);
          }
          document.addEventListener("keydown", (event) => {
            if (event.metaKey || event.altKey || event.isComposing) return;
            const target = event.target instanceof Element ? event.target : document.body;
            if (isWriting(target)) {
              if (event.key === "Escape") target.blur();
              if (event.key === "Enter" && event.ctrlKey && target.form) target.form.requestSubmit();
              return;
            }
            if (event.ctrlKey) return;
            const isControl = target.matches("a, button, summary");
            const actions = mode === "answer"
              ? {
                  j: () => show(current + 1), k: () => show(current - 1), t: () => find("#note").focus(),
                  u: () => press("#undo button"), Enter: () => find("#answer").requestSubmit(),
                }
              : { n: () => press("#next"), u: () => press("#undo button"), Enter: () => press("#next") };
            if (event.key === "Enter" && isControl) return;
            if (mode === "answer" && /^[0-9]$/.test(event.key)) {
              event.preventDefault();
              choose(event.key);
            } else if (Object.hasOwn(actions, event.key)) {
              event.preventDefault();
              actions[event.key]();
            }
          });
        })();
        """
}
