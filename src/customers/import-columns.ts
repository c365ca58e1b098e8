import { foldText } from './fold-text.ts';

export const importFields = [
  'firstName',
  'lastName',
  'fullName',
  'phone',
  'otherPhone',
  'email',
  'otherEmail',
  'countryCode',
  'city',
  'language',
  'birthday',
  'source',
  'consultant',
  'tags',
  'note',
  'emailConsent',
  'whatsappConsent',
  'smsConsent',
  'marketingConsent',
  'consentSource',
  'consentDate',
  'consentText',
] as const;
/** A field of ours, or one of the organization's own by its key. */
export type ImportField = (typeof importFields)[number] | `custom:${string}`;
export type OwnField = { key: string; label: string };
export type ImportColumns = {
  /** Where each field stands; several columns may hold the same (Telefon, Cep). */
  places: Partial<Record<ImportField, number[]>>;
  /** Headers that say nothing to us. */
  unknown: string[];
};

const words: Record<(typeof importFields)[number], string> = {
  firstName: 'firstname first givenname forename name ad adi isim ismi onad',
  lastName: 'lastname last surname familyname soyad soyadi soyisim soyismi',
  fullName:
    'fullname nameandsurname namesurname contactname customername adsoyad adisoyadi adsoyadi advesoyad adivesoyadi isimsoyisim ismisoyismi musteriadi musteriadisoyadi musteriadsoyad musteri kisi yetkili yetkilikisi ilgilikisi',
  phone:
    'phone phonenumber phoneno telephone telephonenumber telephoneno mobile mobilephone mobilenumber mobileno cell cellphone whatsapp whatsappnumber telefon telefonu telefonno telefonnumarasi tel telno gsm gsmno gsmnumarasi cep cepno ceptel ceptelno ceptelefonu ceptelefon ceptelefonno ceptelefonunumarasi cepnumarasi whatsappno whatsappnumarasi numara telefon1 phone1 gsm1 cep1 tel1 ceptelefonu1 mobil mobiltelefon',
  otherPhone:
    'otherphone secondphone secondaryphone alternativephone phone2 phone3 mobile2 telephone2 workphone homephone digertelefon ikincitelefon yedektelefon alternatiftelefon telefon2 telefon3 tel2 tel3 gsm2 gsm3 cep2 cep3 ceptel2 ceptelefonu2 istelefonu evtelefonu telefondiger',
  email:
    'email emailaddress mail mailaddress eposta epostaadresi elektronikposta mailadresi emailadresi email1 eposta1 mail1',
  otherEmail:
    'otheremail secondemail secondaryemail alternativeemail email2 mail2 workemail digereposta ikincieposta yedekeposta eposta2 epostaadresi2 digeremail ismaili digermail',
  source: 'source leadsource customersource kaynak kaynagi musterikaynagi nereden neredengeldi neredenduydu',
  consultant:
    'consultant advisor adviser salesperson salesrep representative assignedto owner danisman danismani danismanadi temsilci temsilcisi musteritemsilcisi satistemsilcisi satisdanismani sorumlu sorumlusu sorumlukisi atanan',
  tags: 'tags tag labels label etiketler etiket etiketi',
  countryCode: 'country countrycode ulke ulkesi ulkekodu',
  city: 'city town province sehir sehri il ili sehiril ilsehir yasadigisehir yasadigiil',
  language: 'language lang preferredlanguage dil dili tercihdili iletisimdili',
  birthday: 'birthday birthdate dateofbirth dob dogumtarihi dogumgunu dtarihi dogum dogtarihi',
  note: 'note notes comment comments remark remarks not notu notlar aciklama aciklamalar yorum',
  emailConsent:
    'emailconsent emailmarketingconsent emailpermission emailoptin newsletter emailizni emailonayi emailizin emailonay epostaizni epostaonayi epostaizin epostaonay mailizni mailonayi mailizin mailonay bulten bultenizni',
  whatsappConsent:
    'whatsappconsent whatsappmarketingconsent whatsapppermission whatsappoptin whatsappizni whatsapponayi whatsappizin whatsapponay',
  smsConsent: 'smsconsent smsmarketingconsent smspermission smsoptin smsizni smsonayi smsizin smsonay mesajizni',
  marketingConsent:
    'marketingconsent marketingpermission marketingoptin consent optin acceptsmarketing pazarlamaizni pazarlamaonayi pazarlamaizin pazarlamaonay iletisimizni ticarielektronikiletiizni ticarielektronikiletionayi ticariiletiizni ticariiletionayi iletiizni iletionayi etkizni etkonayi iysizni iysonayi',
  consentSource: 'consentsource optinsource izinkaynagi onaykaynagi',
  consentDate:
    'consentdate consenttime consentgivenat optindate optintime izintarihi onaytarihi iznintarihi onayintarihi',
  consentText: 'consenttext consentwording optintext izinmetni onaymetni rizametni izinmetin onaymetin',
};

/** Words that may mean a field, or something else. */
const maybe: Partial<Record<ImportField, string>> = {
  marketingConsent: 'izin izni izinvar izinvarmi onay onayi riza rizasi kvkk kvkkonayi kvkkizni',
  birthday: 'dt yasgunu',
  phone: 'no iletisim iletisimbilgisi iletisimno contact contactno numarasi',
  note: 'detay bilgi ozelnot',
  tags: 'grup kategori segment category group',
  source: 'kanal channel referans reference',
};

/** What our own files of rejected rows say besides. */
const OURS = new Set(['satir', 'row', 'hatalialan', 'hatalialanlar', 'faultyfield', 'sebep', 'neden', 'reason']);

const bareName = (name: string): string => foldText(name).replaceAll(/[^\p{L}\p{N}]/gu, '');
const places = (from: Partial<Record<ImportField, string>>) =>
  new Map(
    Object.entries(from).flatMap(([field, list]) =>
      list!.split(' ').map((word) => [word, field as ImportField] as const),
    ),
  );
const fieldOf = places(words);
const maybeOf = places(maybe);
/** Long words first: a phone's consent is a consent. */
const inside = [...fieldOf].filter(([word]) => word.length >= 5).sort(([a], [b]) => b.length - a.length);

/** What the name of a column says, and how surely: 1 by the name itself, less by a part of it. */
export function readColumnName(name: string, own: OwnField[] = []): { field: ImportField; confidence: number } | null {
  const bare = bareName(name);
  if (bare === '') return null;
  const custom = own.find(({ key, label }) => bareName(label) === bare || bareName(key) === bare);
  const known = fieldOf.get(bare);
  if (known) return { field: known, confidence: 1 };
  if (custom) return { field: `custom:${custom.key}`, confidence: 1 };
  const halves = name
    .split(/[/|()]/)
    .map(bareName)
    .filter(Boolean);
  const first = halves.length > 1 ? halves.map((half) => fieldOf.get(half)) : [];
  if (first[0] && first.every((field) => field === undefined || field === first[0]))
    return { field: first[0], confidence: 0.95 };
  const perhaps = maybeOf.get(bare);
  if (perhaps) return { field: perhaps, confidence: 0.6 };
  const part = inside.find(([word]) => bare.includes(word));
  return part ? { field: part[1], confidence: 0.5 } : null;
}

/** Columns are taken for what they are called from here on, without anybody being asked. */
export const SURE = 0.9;

/** Finds our fields in a header, in English or Turkish, however it is cased and punctuated. */
export function readImportColumns(header: string[], own: OwnField[] = []): ImportColumns {
  const columns: ImportColumns = { places: {}, unknown: [] };
  for (const [place, name] of header.entries()) {
    const read = readColumnName(name, own);
    if (read && read.confidence >= SURE) columns.places[read.field] = [...(columns.places[read.field] ?? []), place];
    else if (name.trim() !== '' && !OURS.has(bareName(name))) columns.unknown.push(name.trim());
  }
  return columns;
}
