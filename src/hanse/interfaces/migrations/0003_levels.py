from django.db import migrations


def move(apps, schema_editor):
    """Make levels of the stock out of what parties kept as preferences: by SKU, and under * for all others."""
    Preference = apps.get_model("interfaces", "Preference")
    Level = apps.get_model("goods", "Level")
    Sku = apps.get_model("goods", "Sku")
    for kept in Preference.objects.filter(name="low-stock", user=None):
        numbers = {name: int(said) for name, said in kept.value.items() if str(said).isdecimal()}
        ids = dict(Sku.objects.filter(code__in=numbers).values_list("code", "pk"))
        rows = [Level(party_id=kept.party_id, sku_id=ids[name], least=n) for name, n in numbers.items() if name in ids]
        if "*" in numbers:
            rows.append(Level(party_id=kept.party_id, sku=None, least=numbers["*"]))
        Level.objects.bulk_create(rows, ignore_conflicts=True)
        kept.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("goods", "0004_levels_and_stock_takes"),
        ("interfaces", "0002_works"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
