// Starts Swagger UI. A file of its own, since the page's policy allows no inline script.
SwaggerUIBundle({
    url: '/api/schema/',
    dom_id: '#api',
    deepLinking: true,
    // No picture of validity from a server elsewhere.
    validatorUrl: null,
    tryItOutEnabled: true,
    persistAuthorization: false,
});
