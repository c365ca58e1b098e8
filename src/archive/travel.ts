/** How a secret is stored: encrypted with this server's key (it is encrypted anew elsewhere), or as a hash (it goes as it is). */
export type SecretKind = 'sealed' | 'hashed';

/** How a table's rows travel. Every column of it is named once: a list of names is separated by blanks. */
export type Travel = {
  /** In every archive, or only in one of the whole platform. */
  in: 'organization' | 'platform';
  /** Columns that go as they are. Those of ids are told by their type. */
  columns: string;
  /** Text and JSON that hold ids: an id that is all of a text, or all of a text within the JSON. */
  ids?: string;
  /** Columns that go only into the part that a passphrase locks. */
  secrets?: Record<string, SecretKind>;
  /** Columns that stay: what is in them is of no use elsewhere, or is made anew. */
  stay?: string;
  /** Every row is a secret: the whole table goes only into the part that a passphrase locks. */
  secret?: true;
  /** Tables, besides those that its foreign keys name, whose rows must be there first. */
  after?: string[];
  /** Where rows have no organization_id: which of them are an organization's (`$1`). */
  where?: string;
};

/** Why a table stays where it is. */
export type Stays = { never: string };

export const words = (list: string | undefined): string[] => list?.split(/\s+/).filter(Boolean) ?? [];

/** Every column that a table's entry names. */
export const columnsNamed = (travel: Travel): string[] => [
  ...words(travel.columns),
  ...words(travel.ids),
  ...Object.keys(travel.secrets ?? {}),
  ...words(travel.stay),
];
