/** One service in place of the whole container. */
export const serviceOption = {
  flags: '--service <S>',
  description: 'one of its services, by name, in place of the container',
} as const;
