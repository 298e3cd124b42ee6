/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#page',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  // A token is forgotten with the page: local storage would keep it for whoever uses the browser next.
  persistAuthorization: false,
  // No badge: it would ask a server on the internet about this API.
  validatorUrl: 'none',
});
