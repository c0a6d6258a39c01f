"""Prints the CREATE statements of all models: DJANGO_SETTINGS_MODULE=settings python3 ddl.py."""

import django
from django.apps import apps
from django.db import connection

django.setup()
# Django asks the database of the settings what it can do; nothing is written there.
editor = connection.schema_editor(collect_sql=True, atomic=False)
with editor:
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            editor.create_model(model)
print("\n".join(editor.collected_sql))
