/** Placeholder for the contract's sake: the zod schema takes its place. */
export interface TemplateSpec {
  readonly base_image?: string;
}
