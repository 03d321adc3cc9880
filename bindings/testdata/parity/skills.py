import asyncio, tempfile
from pathlib import Path
from fastmcp import Client
from fastmcp.utilities.skills import download_skill, get_skill_manifest, list_skills, sync_skills

async def main():
    async with Client(TARGET) as client:
        for skill in await list_skills(client):
            print(skill.name, skill.uri)
        manifest = await get_skill_manifest(client, "bread")
        print(len(manifest.files), sum(file.size for file in manifest.files))
        dir = tempfile.mkdtemp()
        path = await download_skill(client, "bread", dir)
        print(path.name, (Path(path) / "data" / "flours.txt").read_text())
        print(len(await sync_skills(client, dir)), len(await sync_skills(client, dir, overwrite=True)))

asyncio.run(main())
