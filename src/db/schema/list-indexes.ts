import { sql } from 'drizzle-orm';
import { type AnyPgColumn, index } from 'drizzle-orm/pg-core';

type Column =
  | 'birthday'
  | 'birthdayDay'
  | 'city'
  | 'consultantId'
  | 'countryCode'
  | 'createdAt'
  | 'createdById'
  | 'customFields'
  | 'deletedAt'
  | 'emailConsentId'
  | 'erasedAt'
  | 'firstName'
  | 'id'
  | 'language'
  | 'lastContactedAt'
  | 'lastName'
  | 'nameKey'
  | 'organizationId'
  | 'searchText'
  | 'smsConsentId'
  | 'source'
  | 'tags'
  | 'whatsappConsentId';

/** What lists of customers are sorted, filtered and searched by; the last ones: duplicates and the bin. */
export const listIndexes = (t: Record<Column, AnyPgColumn>) => [
  index('customers_contacted_idx').on(t.organizationId, t.lastContactedAt, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_created_idx').on(t.organizationId, t.createdAt, t.id).where(sql`${t.deletedAt} is null`),
  // as the lists are sorted: Turkish letters where a Turk looks for them
  index('customers_name_idx')
    .on(t.organizationId, sql`((${t.firstName} || coalesce(' ' || ${t.lastName}, '')) collate "tr-x-icu")`, t.id)
    .where(sql`${t.deletedAt} is null`),
  index('customers_city_idx')
    .on(t.organizationId, sql`(${t.city} collate "tr-x-icu")`, t.id)
    .where(sql`${t.deletedAt} is null`),
  index('customers_language_idx').on(t.organizationId, t.language, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_created_by_idx').on(t.organizationId, t.createdById, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_birthday_idx')
    .on(t.organizationId, t.birthdayDay, t.id)
    .where(sql`${t.deletedAt} is null and ${t.birthdayDay} is not null`),
  index('customers_custom_fields_idx').using('gin', sql`${t.customFields} jsonb_path_ops`),
  index('customers_sms_consent_idx')
    .on(t.organizationId, t.id)
    .where(sql`${t.deletedAt} is null and ${t.smsConsentId} is not null`),
  index('customers_list_idx').on(t.organizationId, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_source_idx').on(t.organizationId, t.source, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_consultant_idx').on(t.organizationId, t.consultantId, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_country_idx').on(t.organizationId, t.countryCode, t.id).where(sql`${t.deletedAt} is null`),
  index('customers_email_consent_idx')
    .on(t.organizationId, t.id)
    .where(sql`${t.deletedAt} is null and ${t.emailConsentId} is not null`),
  index('customers_whatsapp_consent_idx')
    .on(t.organizationId, t.id)
    .where(sql`${t.deletedAt} is null and ${t.whatsappConsentId} is not null`),
  index('customers_tags_idx').using('gin', t.tags),
  index('customers_search_idx').using('gin', sql`${t.searchText} gin_trgm_ops`),
  index('customers_same_birthday_idx')
    .on(t.organizationId, t.nameKey, t.birthday, t.id)
    .where(sql`${t.deletedAt} is null and ${t.birthday} is not null`),
  index('customers_same_city_idx')
    .on(t.organizationId, t.nameKey, t.city, t.id)
    .where(sql`${t.deletedAt} is null and ${t.city} is not null`),
  index('customers_bin_idx')
    .on(t.organizationId, t.deletedAt, t.id)
    .where(sql`${t.deletedAt} is not null and ${t.erasedAt} is null`),
  index('customers_to_erase_idx')
    .on(t.deletedAt, t.id)
    .where(sql`${t.deletedAt} is not null and ${t.erasedAt} is null`),
];
