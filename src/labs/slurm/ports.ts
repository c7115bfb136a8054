/** TCP ports inside a lab's network namespace: the same in every lab, since nobody else is there. */
export const DATABASE_PORT = 3306;
export const DBD_PORT = 6819;
export const REST_PORT = 6820;
