/**
 * The answer of a look: what is there, or why it could not be seen. The caller judges whether what is there holds or is broken; what could not be seen is
 * neither.
 */
export type Look<Found> = { seen: Found } | { unseen: string };
