/** Whom requests ask as: a role that signs in nowhere and sees the rows of one organization, the one that is set. */
export const BELT_ROLE = 'ulak_tenant';
