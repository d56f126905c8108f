/** What is under way in a client's sandbox, and would end with a container of it. */
export interface InIt {
  /** `1 terminal`, `2 commands`, `1 connection to port 2222`, `tmux "main"`. */
  sessions: readonly string[];
  /** Why somebody may be in it whom nobody could see. */
  unseen: readonly string[];
}
