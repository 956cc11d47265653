/** Single quotes, no semicolon, four spaces. */
export const crooked = {
    quote: 'single'  }
