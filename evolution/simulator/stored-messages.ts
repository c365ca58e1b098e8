import { presentMessage } from './acceptance.ts';
import type { Instance } from './instance.ts';
import type { MessageRow } from './message-row.ts';
import { type MessageFilter, messageTypeOf } from './message-store.ts';
import type { Fields } from './request-body.ts';

function seconds(time: unknown): number | undefined {
  return typeof time === 'string' ? Math.floor(Date.parse(time) / 1000) : undefined;
}

function filterOf(where: Fields): MessageFilter {
  const key = (where.key ?? {}) as Fields;
  const given = (where.messageTimestamp ?? {}) as Fields;
  // Both bounds or none: with one of them Evolution ignores it.
  const time = given.gte && given.lte ? given : {};
  return {
    keyId: key.id as string | undefined,
    remoteJid: key.remoteJid as string | undefined,
    fromMe: key.fromMe as boolean | undefined,
    rowId: where.id as string | undefined,
    messageType: where.messageType as string | undefined,
    from: seconds(time.gte),
    until: seconds(time.lte),
  };
}

function presentStored(instance: Instance, row: MessageRow): Record<string, unknown> {
  const { status: _status, contextInfo, ...shown } = presentMessage(instance, row);
  return {
    id: row.id,
    pushName: null,
    ...shown,
    contextInfo: contextInfo ?? null,
    MessageUpdate: row.updates.map(({ status }) => ({ status })),
  };
}

/** findMessages: `offset` is the page size. */
export function findMessages(instance: Instance, { where, page, offset }: Fields): unknown {
  const size = Number(offset ?? 50);
  const current = Number(page ?? 1);
  const rows = instance.messages.find(filterOf((where ?? {}) as Fields));
  return {
    messages: {
      total: rows.length,
      pages: Math.ceil(rows.length / size),
      currentPage: current,
      records: rows.slice((current - 1) * size, current * size).map((row) => presentStored(instance, row)),
    },
  };
}

/** findStatusMessage: every status ever seen for a key, in the order of arrival, without times. */
export function findStatusMessage(instance: Instance, { where, page, offset }: Fields): unknown[] {
  const { id, remoteJid } = (where ?? {}) as Fields;
  const size = Number(offset ?? 50);
  const start = (Number(page ?? 1) - 1) * size;
  const rows =
    id === undefined
      ? instance.messages.all()
      : [instance.messages.byKeyId(String(id))].filter((row) => row !== undefined);
  return rows
    .flatMap((row) => row.updates.map((update) => ({ row, update })))
    .filter(({ update }) => remoteJid === undefined || update.remoteJid === remoteJid)
    .slice(start, start + size)
    .map(({ row, update }) => ({
      id: update.id,
      keyId: row.key.id,
      remoteJid: update.remoteJid,
      fromMe: row.key.fromMe,
      participant: null,
      pollUpdates: null,
      status: update.status,
      messageId: row.id,
      instanceId: instance.record.id,
    }));
}

function presentLast(instance: Instance, row: MessageRow): Record<string, unknown> {
  const { contextInfo, message } = presentMessage(instance, row);
  return {
    id: row.id,
    key: row.key,
    pushName: row.pushName,
    participant: null,
    messageType: messageTypeOf(row),
    message,
    contextInfo: contextInfo ?? null,
    source: row.source,
    messageTimestamp: row.timestamp,
    instanceId: instance.record.id,
    sessionId: null,
    status: row.status,
  };
}

/** findChats: built from the message rows, the newest chat first. */
export function findChats(instance: Instance, { where, take, skip }: Fields): unknown[] {
  const { remoteJid } = (where ?? {}) as Fields;
  const newest = new Map<string, MessageRow>();
  for (const row of instance.messages.all()) {
    const known = newest.get(row.key.remoteJid);
    if (!known || known.timestamp <= row.timestamp) newest.set(row.key.remoteJid, row);
  }
  const from = Number(skip ?? 0);
  return [...newest.values()]
    .filter((row) => remoteJid === undefined || row.key.remoteJid === remoteJid)
    .reverse()
    .sort((a, b) => b.timestamp - a.timestamp)
    .slice(from, take === undefined ? undefined : from + Number(take))
    .map((row) => presentChat(instance, row));
}

const windowMs = 24 * 60 * 60 * 1_000;

function presentChat(instance: Instance, row: MessageRow): Record<string, unknown> {
  const contact = instance.contacts.get(row.key.remoteJid);
  const opened = contact ? Date.parse(contact.createdAt) : null;
  return {
    id: contact?.id ?? null,
    remoteJid: row.key.remoteJid,
    pushName: null,
    profilePicUrl: contact?.profilePicUrl ?? null,
    updatedAt: new Date(row.timestamp * 1000).toISOString(),
    windowStart: contact?.createdAt ?? null,
    windowExpires: opened === null ? null : new Date(opened + windowMs).toISOString(),
    windowActive: opened !== null && opened + windowMs > Date.now(),
    lastMessage: presentLast(instance, row),
    unreadCount: contact ? 0 : null,
    isSaved: contact !== undefined,
  };
}

export function findContacts(instance: Instance, { where, page, offset }: Fields): unknown[] {
  const { id, remoteJid, pushName } = (where ?? {}) as Fields;
  const size = Number(offset ?? 1_000_000);
  const start = (Number(page ?? 1) - 1) * size;
  return [...instance.contacts.values()]
    .filter(
      (contact) =>
        (id === undefined || contact.id === id) &&
        (remoteJid === undefined || contact.remoteJid === remoteJid) &&
        (pushName === undefined || contact.pushName === pushName),
    )
    .slice(start, start + size)
    .map((contact) => ({
      ...contact,
      instanceId: instance.record.id,
      isGroup: contact.remoteJid.endsWith('@g.us'),
      isSaved: true,
      type: contact.remoteJid.endsWith('@g.us') ? 'group' : 'contact',
    }));
}
