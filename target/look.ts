/**
 * What a look came to: what is there, or why it could not be seen. Whether what is there holds or is broken is for who asked to judge; what could not be seen is
 * neither.
 */
export type Look<Found> = { seen: Found } | { unseen: string };
