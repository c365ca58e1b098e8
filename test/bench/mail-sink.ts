import { startSmtpSink } from '#test/support/smtp-sink.ts';

// a process of its own, so that it takes no turn from whoever sends
const sink = await startSmtpSink();
process.stdout.write(`${sink.port}\n`);
