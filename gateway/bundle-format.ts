/** What `apply` reads. Another form of the bundle gets another number, and a gateway refuses the one it does not know. */
export const FORMAT = 4;
