import { foldText } from './fold-text.ts';

export const importFields = [
  'firstName',
  'lastName',
  'fullName',
  'phone',
  'email',
  'source',
  'tags',
  'countryCode',
  'note',
  'emailConsent',
  'whatsappConsent',
  'marketingConsent',
  'consentSource',
  'consentDate',
  'consentText',
] as const;
export type ImportField = (typeof importFields)[number];
export type ImportColumns = {
  /** Where each field stands; several columns may hold the same (Telefon, Cep). */
  places: Partial<Record<ImportField, number[]>>;
  /** Headers that say nothing to us. */
  unknown: string[];
};

const words: Record<ImportField, string> = {
  firstName: 'firstname first givenname forename name ad adi isim ismi onad',
  lastName: 'lastname last surname familyname soyad soyadi soyisim soyismi',
  fullName:
    'fullname nameandsurname namesurname contactname customername adsoyad adisoyadi adsoyadi advesoyad adivesoyadi isimsoyisim ismisoyismi musteriadi musteriadisoyadi musteriadsoyad musteri',
  phone:
    'phone phonenumber phoneno telephone telephonenumber telephoneno mobile mobilephone mobilenumber mobileno cell cellphone whatsapp whatsappnumber telefon telefonu telefonno telefonnumarasi tel telno gsm gsmno gsmnumarasi cep cepno ceptel ceptelno ceptelefonu ceptelefon ceptelefonno ceptelefonunumarasi cepnumarasi whatsappno whatsappnumarasi numara',
  email: 'email emailaddress mail mailaddress eposta epostaadresi elektronikposta mailadresi emailadresi',
  source: 'source leadsource customersource kaynak kaynagi musterikaynagi',
  tags: 'tags tag labels label etiketler etiket etiketi',
  countryCode: 'country countrycode ulke ulkesi ulkekodu',
  note: 'note notes comment comments remark remarks not notu notlar aciklama aciklamalar yorum',
  emailConsent:
    'emailconsent emailmarketingconsent emailpermission emailoptin newsletter emailizni emailonayi emailizin emailonay epostaizni epostaonayi epostaizin epostaonay mailizni mailonayi mailizin mailonay bulten bultenizni',
  whatsappConsent:
    'whatsappconsent whatsappmarketingconsent whatsapppermission whatsappoptin whatsappizni whatsapponayi whatsappizin whatsapponay',
  marketingConsent:
    'marketingconsent marketingpermission marketingoptin consent optin acceptsmarketing pazarlamaizni pazarlamaonayi pazarlamaizin pazarlamaonay iletisimizni ticarielektronikiletiizni ticarielektronikiletionayi ticariiletiizni ticariiletionayi iletiizni iletionayi etkizni etkonayi iysizni iysonayi',
  consentSource: 'consentsource optinsource izinkaynagi onaykaynagi',
  consentDate:
    'consentdate consenttime consentgivenat optindate optintime izintarihi onaytarihi iznintarihi onayintarihi',
  consentText: 'consenttext consentwording optintext izinmetni onaymetni rizametni izinmetin onaymetin',
};

const fieldOf = new Map(importFields.flatMap((field) => words[field].split(' ').map((word) => [word, field] as const)));

/** Finds our fields in a header, in English or Turkish, however it is cased and punctuated. */
export function readImportColumns(header: string[]): ImportColumns {
  const columns: ImportColumns = { places: {}, unknown: [] };
  for (const [place, name] of header.entries()) {
    const field = fieldOf.get(foldText(name).replaceAll(/[^\p{L}\p{N}]/gu, ''));
    if (field) columns.places[field] = [...(columns.places[field] ?? []), place];
    else if (name.trim() !== '') columns.unknown.push(name.trim());
  }
  return columns;
}
