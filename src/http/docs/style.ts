/** The page's own style: light or dark as the reader has it, and nothing from anywhere else. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --soft: #59636e; --paper: #fff; --panel: #f5f7f9;
  --line: #d8dee4; --link: #0b5cad; --get: #0b6b3a; --post: #0b5cad; --other: #8a4b00; --delete: #a3262b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --soft: #9aa5b1; --paper: #14181c; --panel: #1c2228;
  --line: #333c45; --link: #6cb4ff; --get: #5cc98b; --post: #6cb4ff; --other: #e0a458; --delete: #ff8a8a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1rem 3rem; font-size: .875rem;
  border-right: 1px solid var(--line); background: var(--panel); }
nav h2 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 1.25rem 0 .25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .15rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav li a:hover, nav li a:focus-visible { color: var(--link); text-decoration: underline; }
main { max-width: 60rem; padding: 2rem clamp(1rem, 4vw, 3rem) 6rem; min-width: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .5rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
nav h2 { border: 0; padding: 0; }
nav h2 a { color: inherit; text-decoration: none; }
h3 { font-size: 1.1rem; margin: 0 0 .25rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { font-size: .9rem; margin: 1rem 0 .25rem; color: var(--soft); }
article { padding: 1.5rem 0; border-bottom: 1px solid var(--line); scroll-margin-top: 1rem; }
article:target { background: linear-gradient(90deg, var(--panel), transparent); box-shadow: -.75rem 0 0 var(--panel); }
p { margin: .4rem 0; max-width: 46rem; }
a { color: var(--link); }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Consolas, monospace; }
code { overflow-wrap: anywhere; }
p code, td code, li code { background: var(--panel); border-radius: 4px; padding: .1em .3em; }
.route { display: flex; align-items: baseline; gap: .6rem; }
.method { font: 700 .75rem/1 ui-monospace, monospace; min-width: 3.2rem; }
.get { color: var(--get); } .post { color: var(--post); } .put, .patch { color: var(--other); } .delete { color: var(--delete); }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow-x: auto; margin: .25rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 400; white-space: nowrap; }
small { color: var(--soft); }
summary { cursor: pointer; margin: 1rem 0 .25rem; font-size: .9rem; color: var(--soft); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 52rem) { body { display: block; } nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); } tbody th { white-space: normal; } }
@media print { nav { display: none; } body { display: block; } }
`;
