/** Fields that sources speak of, in the order in which a person reads them. */
export const fields = ['name', 'sex', 'id_no', 'birth_date', 'phone', 'address'] as const
export type Field = (typeof fields)[number]
