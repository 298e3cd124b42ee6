/** The parameters of an argon2id hash of version 1.3 in PHC form, sorted; undefined for any other hash. */
export const hashParameters = (hash: string | undefined): string[] | undefined =>
  /^\$argon2id\$v=19\$([^$]+)\$/
    .exec(hash ?? '')?.[1]
    ?.split(',')
    .sort();
