/** The colours of our pages, by day and by night; those of our mails are the same. */
export const palette = `
:root { color-scheme: light dark; --ink: #18181b; --soft: #52525b; --line: #e0e0dd; --paper: #fff; --back: #f1f1ef; --accent: #0f766e; --on: #fff; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #f4f4f5; --soft: #c9c9d1; --line: #3f3f46; --paper: #1f1f23; --back: #131316; --accent: #5eead4; --on: #0b1f1c; --bad: #ff8a80; } }
* { box-sizing: border-box; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

/** A page that says one thing, in a card in the middle; with one button or field at most. */
export const cardStyle = `${palette}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--ink); font: 17px/1.5 system-ui, sans-serif; }
main { width: min(32rem, 100% - 2rem); margin: 1rem; padding: 2.25rem clamp(1.5rem, 6vw, 2.5rem); background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; text-wrap: balance; }
p { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
p.bad { color: var(--bad); }
form { display: grid; gap: .75rem; justify-items: start; margin: 1.75rem 0 0; }
label { font-weight: 600; }
input { width: 100%; min-height: 3rem; padding: .6rem .9rem; font: inherit; color: inherit; background: var(--back); border: 1px solid var(--soft); border-radius: .625rem; }
button { min-height: 3rem; padding: .7rem 1.4rem; font: inherit; font-weight: 600; text-wrap: balance; color: var(--on); background: var(--accent); border: 1px solid var(--accent); border-radius: .625rem; cursor: pointer; }
button.quiet { color: var(--accent); background: transparent; }
@media (max-width: 30rem) { button { width: 100%; } }
`;
