import { raw } from 'hono/html';
import { palette } from '#src/platform/page-style.ts';

/** Of the mailbox's pages; they load nothing from anywhere. */
export const mailboxStyle = raw(`
${palette}body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { margin: 0 0 1rem; color: var(--soft); }
a { color: var(--accent); }
form { display: flex; flex-wrap: wrap; gap: .5rem; margin: 1rem 0; align-items: center; }
input { flex: 1 1 16rem; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; }
button, .button { padding: .6rem 1rem; font: inherit; color: var(--on); background: var(--accent); border: 0; border-radius: .5rem; text-decoration: none; display: inline-block; cursor: pointer; }
ul { list-style: none; margin: 0; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
li + li { border-top: 1px solid var(--line); }
li a { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .75rem 1rem; color: inherit; text-decoration: none; }
ul.plain li { padding: .75rem 1rem; overflow-wrap: anywhere; }
li a:hover { background: var(--back); }
li a time, li a time ~ .soft:last-child { text-align: right; }
@media (max-width: 36rem) { li a { grid-template-columns: 1fr; } li a time, li a time ~ .soft:last-child { text-align: left; } }
.subject { font-weight: 600; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
.bad { color: var(--bad); font-weight: 600; }
.empty { padding: 3rem 1rem; text-align: center; background: var(--paper); border: 1px dashed var(--line); border-radius: .75rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 70vh; background: #fff; border: 1px solid var(--line); border-radius: .75rem; }
pre { margin: 0; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; font: .85rem/1.5 ui-monospace, monospace; }
`);
