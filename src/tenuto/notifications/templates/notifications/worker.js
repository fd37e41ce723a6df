{% load static %}/** Shows what is pushed, and opens what it is about. It keeps nothing and answers no request. */
self.addEventListener("push", (event) => {
  let said = {}
  try {
    said = event.data.json()
  } catch {
    return // nothing of ours
  }
  const told = { body: said.body, tag: said.tag, icon: "{% static 'web/icon-192.png' %}", data: { url: said.url } }
  event.waitUntil(self.registration.showNotification(said.title, told))
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow(new URL(event.notification.data.url, self.location.origin).href))
})
