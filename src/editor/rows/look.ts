/** How a row of a tree looks, in the editor's words but without its types. */
export interface Look {
  readonly label: string;
  readonly description: string;
  /** A codicon's name. */
  readonly icon: string;
  /** A theme colour's id. */
  readonly color?: string;
  /** Tokens, apart by spaces, that menus match. */
  readonly context: string;
  /** Markdown. */
  readonly tooltip: string;
  /** What a screen reader says: the state in words. */
  readonly spoken: string;
}
