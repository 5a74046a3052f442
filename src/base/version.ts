/** Version of the box; the release changes this line and package.json together (a test compares them). */
export const version = '0.1.0';
